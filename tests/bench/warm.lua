-- SPDX-License-Identifier: EUPL-1.2
-- For wrk: asks the addresses of the file $PATHS in turn, a line each: "PATH" or "PATH ETAG" (then with
-- If-None-Match). Ends with one line: RESULT requests seconds p50_us p99_us errors other_statuses.

local requests, last, place = {}, 0, 0
local started = 0

function setup(thread)
	thread:set("started", started)
	started = started + 1
end

function init()
	for line in io.lines(os.getenv("PATHS")) do
		local path, tag = line:match("^(%S+)%s*(%S*)$")
		local headers = { ["Accept-Encoding"] = "gzip" }
		if tag ~= "" then headers["If-None-Match"] = tag end
		last = last + 1
		requests[last] = wrk.format("GET", path, headers)
	end
	place = started * 997 % last
end

function request()
	place = place % last + 1
	return requests[place]
end

function done(summary, latency)
	local errors = summary.errors
	io.write(string.format("RESULT %d %.6f %.0f %.0f %d %d\n", summary.requests, summary.duration / 1e6,
		latency:percentile(50), latency:percentile(99),
		errors.connect + errors.read + errors.write + errors.timeout, errors.status))
end
