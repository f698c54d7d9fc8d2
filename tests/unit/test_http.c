/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/http.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cmocka.h>

/* What libmicrohttpd calls, in this program as in the server. */
static void what_no_set_holds_is_taken_out_already(void **state)
{
	struct epoll_event event = {.events = EPOLLIN}, found;
	int epoll = epoll_create1(0), fd = eventfd(1, 0);

	(void)state;
	http_stop(NULL); /* so that the server's functions are those of this program */
	assert_int_equal(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event), 0);
	assert_int_equal(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event), -1);
	assert_int_equal(errno, EEXIST);
	assert_int_equal(epoll_wait(epoll, &found, 1, 0), 1);

	assert_int_equal(epoll_ctl(epoll, EPOLL_CTL_DEL, fd, NULL), 0);
	assert_int_equal(epoll_wait(epoll, &found, 1, 0), 0);
	assert_int_equal(epoll_ctl(epoll, EPOLL_CTL_DEL, fd, NULL), 0);
	close(fd);
	assert_int_equal(epoll_ctl(epoll, EPOLL_CTL_DEL, fd, NULL), 0);
	assert_int_equal(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event), -1);
	close(epoll);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_no_set_holds_is_taken_out_already),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
