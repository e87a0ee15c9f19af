/* TLS: whom is believed. Real certificates, made for the test. */
#include "transfer/scene.h"
#include "vobe/smtp.h"
#include "vobe/transfer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static char directory[] = "/tmp/vobe-tls.XXXXXX";
static int input = -1, port;
static pid_t child;

/* The server ends when its input does: with the test, however that ends. */
static void start(const char *kind)
{
	int in[2], out[2];
	char line[32] = "";

	ck_assert(pipe(in) == 0 && pipe(out) == 0);
	child = fork();
	if (!child) {
		dup2(in[0], 0);
		dup2(out[1], 1);
		close(in[1]);
		execl("tests/transfer/tls_server.py", "tls_server.py", directory, kind, NULL);
		_exit(127);
	}
	close(in[0]);
	close(out[1]);
	ck_assert(read(out[0], line, sizeof line - 1) > 0);
	close(out[0]);
	input = in[1];
	port = atoi(line);
}

static void open_tls(void)
{
	ck_assert_ptr_nonnull(mkdtemp(directory));
	open_transfers();
}

static void close_tls(void)
{
	close(input);
	waitpid(child, NULL, 0);
	close_transfers();
	const char *const made[] = {"cert.pem", "key.pem", "mail"};
	for (int i = 0; i < 3; i++) {
		char path[64];
		snprintf(path, sizeof path, "%s/%s", directory, made[i]);
		unlink(path);
	}
	rmdir(directory);
}

static err read_answer(struct ctx *cx, void *arg)
{
	struct transfer_answer answer;

	TRY(transfer_whole(cx, arg, 100, &answer));
	return answer.status == 200 && !strcmp(answer.body, "secret") ? NULL : NOT_FOUND;
}

static err send_mail(struct ctx *cx, void *arg)
{
	struct smtp_answer answer;

	return smtp_send(cx, arg, &answer);
}

SCENE(open_tls, close_tls);

TEST(a_server_must_prove_its_name)
{
	start("https");
	struct transfer_plan plan = {.url = text("https://127.0.0.1:%d/", port)};

	expect_problem(run_cancelled(read_answer, &plan, 0), TRANSFER_UNREACHABLE);
	plan.ca_file = text("%s/cert.pem", directory);
	expect_fine(run_cancelled(read_answer, &plan, 0));
	plan.url = text("https://localhost:%d/", port); /* the certificate is for the address */
	expect_problem(run_cancelled(read_answer, &plan, 0), TRANSFER_UNREACHABLE);
}

static struct smtp_plan signed_in(enum smtp_security security)
{
	static const char *const to[] = {"ann@example.org", NULL};

	return (struct smtp_plan){.host = "127.0.0.1",
				  .port = port,
				  .security = security,
				  .user = "site",
				  .password = "secret",
				  .from = "site@example.org",
				  .to = to,
				  .message = "Subject: hi\r\n\r\nSealed.\r\n",
				  .len = 24};
}

static void expect_mail(enum smtp_security security)
{
	struct smtp_plan plan = signed_in(security);
	const char *path = text("%s/mail", directory);

	expect_problem(run_cancelled(send_mail, &plan, 0), TRANSFER_UNREACHABLE);
	ck_assert_int_ne(access(path, F_OK), 0);
	plan.ca_file = text("%s/cert.pem", directory);
	plan.password = "wrong";
	expect_problem(run_cancelled(send_mail, &plan, 0), SMTP_REFUSED);
	ck_assert_int_ne(access(path, F_OK), 0);
	plan.password = "secret";
	expect_fine(run_cancelled(send_mail, &plan, 0));
	ck_assert_int_eq(access(path, F_OK), 0);
}

TEST(mail_is_sealed_by_starttls_and_signed_in)
{
	start("starttls");
	expect_mail(SMTP_STARTTLS);
}

TEST(mail_is_sealed_from_the_first_byte_and_signed_in)
{
	start("smtps");
	expect_mail(SMTP_TLS);
}
