/* Commands that print what the binary knows of itself: config, routes, openapi, healthcheck. */
#include "app/boot.h"
#include "app/modules.h"
#include "commands/command.h"
#include "core/config/config.h"
#include "vobe/option.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sysexits.h>
#include <unistd.h>

static int open_quietly(const struct command_line *line, bool serves)
{
	return boot_open(&(struct boot_plan){.modules = modules,
					     .config_path = line->config_path,
					     .settings = line->settings,
					     .serves = serves},
			 stderr);
}

int command_config(const struct command_line *line)
{
	const char *word = command_word(line, 0);
	if (!word || (strcmp(word, "example") && strcmp(word, "check") && strcmp(word, "dump")))
		return command_misused("config: example, check or dump");
	int code = open_quietly(line, false);
	if (code)
		return code;
	if (!strcmp(word, "example"))
		config_print_example(stdout);
	else if (!strcmp(word, "dump"))
		config_print_values(stdout, line->json);
	else
		printf("fine: %s\n", config_source());
	boot_close();
	return 0;
}

int command_routes(const struct command_line *line)
{
	int code = open_quietly(line, true);
	if (code)
		return code;
	http_print_routes(stdout, line->json);
	boot_close();
	return 0;
}

int command_openapi(const struct command_line *line)
{
	int code = open_quietly(line, true);
	if (code)
		return code;
	puts(http_openapi());
	boot_close();
	return 0;
}

/* The status line of GET /readyz; 0 when nobody answers within 3 s. */
static int readyz_status(const char *address, int port)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	struct timeval patience = {.tv_sec = 3};
	char reply[64] = "";
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), status = 0;

	if (fd < 0 || inet_pton(AF_INET, address, &to.sin_addr) != 1)
		return 0;
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
	static const char request[] = "GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
	if (!connect(fd, (struct sockaddr *)&to, sizeof to) && write(fd, request, sizeof request - 1) > 0 &&
	    read(fd, reply, sizeof reply - 1) > 12)
		status = atoi(reply + 9);
	close(fd);
	return status;
}

int command_healthcheck(const struct command_line *line)
{
	int code = open_quietly(line, false);
	if (code)
		return code;
	const char *address = option_text("http", "address");
	int status = readyz_status(strcmp(address, "0.0.0.0") ? address : "127.0.0.1",
				   (int)option_int("http", "port"));
	printf("%s\n", status == 200 ? "ready" : status ? "not ready" : "nobody answers");
	boot_close();
	return status == 200 ? 0 : EX_UNAVAILABLE;
}
