# SPDX-License-Identifier: EUPL-1.2
# A minute of a day of life; longer ones by hand: soak.py --minutes N.
LONG_TESTS += tests/soak/soak.py
EXTRA_DIST += tests/soak/city.py tests/soak/soak.py tests/soak/traffic.py
