/* What a test expects of an answer; each says the whole answer when it is another. */
#ifndef SUPPORT_EXPECT_H
#define SUPPORT_EXPECT_H

#include "support/client.h"
#include "support/test.h"

#include <string.h>

#define expect_status(answer_, wanted)                                                                       \
	do {                                                                                                 \
		const struct answer got_ = (answer_);                                                        \
		ck_assert_msg(got_.status == (wanted), "status %d, not %d: %s", got_.status, (wanted), \
		  got_.body); \
	} while (0)

/* `path` as for at(); the value as text. */
#define expect_at(answer_, path, wanted)                                                                     \
	do {                                                                                                 \
		const struct answer got_ = (answer_);                                                        \
		const char *is_ = at(&got_, path);                                                           \
		ck_assert_msg(is_ && strcmp(is_, wanted) == 0, "%s is %s, not %s, in %s", path, \
		  is_ ? is_ : "absent", \
			      wanted, got_.body);                                                            \
	} while (0)

#define expect_absent(answer_, path)                                                                         \
	do {                                                                                                 \
		const struct answer got_ = (answer_);                                                        \
		ck_assert_msg(!at(&got_, path), "%s is there: %s", path, got_.body);                         \
	} while (0)

/* A problem. */
#define expect_code(answer_, status_, code_)                                                                 \
	do {                                                                                                 \
		const struct answer problem_ = (answer_);                                                    \
		expect_status(problem_, status_);                                                            \
		expect_at(problem_, "code", code_);                                                          \
	} while (0)

#endif
