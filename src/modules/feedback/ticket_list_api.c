/* Lists of tickets: an owner's, and the queue of the staff. */
#include "modules/feedback/ticket_ranges.h"

#include "vobe/buf.h"

#include <string.h>

enum { WORDS_MAX = 16, RANKS_END = 100 };

/* --- which tickets --- */

/* Narrows `filter` to this id; false if it asks for another one: then nothing fits. */
static bool narrow(struct uuid *filter, struct uuid id)
{
	const bool fits = uuid_is_nil(*filter) || uuid_equal(*filter, id);
	*filter = id;
	return fits;
}

/* Who has a ticket is the staff's affair: a filter by it would tell. */
static err staff_filters_allowed(struct ctx *cx, const struct ticket_list *in)
{
	if (viewer_is_moderator(cx) || (uuid_is_nil(in->assignee_id) && !in->unassigned))
		return NULL;
	return problem_detail(cx, FORBIDDEN,
			      "Only staff may ask by `assignee_id` and `unassigned`; leave them out.");
}

/* False: there can be none. */
static bool narrow_to_viewer(const struct ctx *cx, struct ticket_list *in)
{
	if (!viewer_is_moderator(cx))
		return narrow(&in->user_id, cx->viewer.user_id);
	return !in->mine || narrow(&in->assignee_id, cx->viewer.user_id);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* At blanks; what comes behind the last place is one word with it. */
static struct texts words_of(struct arena *a, const char *q)
{
	const char **words = ARENA_ARRAY(a, const char *, WORDS_MAX);
	int count = 0;

	while (*q) {
		size_t len = 0;
		while (q[len] && (!is_blank(q[len]) || count == WORDS_MAX - 1))
			len++;
		if (len)
			words[count++] = arena_strn(a, q, len);
		q += len;
		while (is_blank(*q))
			q++;
	}
	return (struct texts){words, count};
}

static bool is_to_do(const struct texts *statuses)
{
	for (int i = 0; i < statuses->count; i++)
		if (strcmp(statuses->at[i], OPEN) != 0 && strcmp(statuses->at[i], IN_PROGRESS) != 0)
			return false;
	return statuses->count > 0;
}

static bool is_filtered(const struct ticket_list *in)
{
	return in->status.count || in->category.count || in->priority.count || !uuid_is_nil(in->user_id) ||
	       !uuid_is_nil(in->assignee_id) || in->unassigned || in->mine || in->q ||
	       in->created_after != TIME_NULL || in->created_before != TIME_NULL ||
	       in->updated_after != TIME_NULL || in->updated_before != TIME_NULL;
}

/* A list was sent that names nothing. */
static bool asks_for_none(const struct ticket_list *in)
{
	return (in->status.at && !in->status.count) || (in->category.at && !in->category.count) ||
	       (in->priority.at && !in->priority.count);
}

/* The narrowest range that holds them all. Staff finds more texts of a ticket than its owner does. */
static enum drive drive_of(const struct ctx *cx, const struct ticket_list *in)
{
	if (in->q)
		return viewer_is_moderator(cx) ? ALL_FOUND : OWN_FOUND;
	if (!uuid_is_nil(in->user_id))
		return OWN;
	if (is_to_do(&in->status))
		return TO_DO;
	if (!uuid_is_nil(in->assignee_id))
		return ASSIGNED;
	return is_filtered(in) ? ALL : UNFILTERED;
}

/* --- pages --- */

struct reading {
	struct ticket_list page;
	enum drive drive;
	enum order order;
	const char *scope;
	struct ticket *rows;
	struct list list;
};

static void scope_add_texts(struct buf *b, const struct texts *list)
{
	buf_str(b, " [");
	for (int i = 0; i < list->count; i++)
		buf_fmt(b, "%s,", list->at[i]);
	buf_char(b, ']');
}

/* All that a cursor is bound to. */
static const char *scope_of(struct arena *a, const struct ticket_list *in, enum drive drive)
{
	char user[UUID_TEXT], assignee[UUID_TEXT];
	struct buf b = {.arena = a};

	uuid_text(in->user_id, user);
	uuid_text(in->assignee_id, assignee);
	buf_fmt(&b, "tickets %d %s %s %s %d", drive, in->sort, user, assignee, in->unassigned);
	buf_fmt(&b, " %lld %lld %lld %lld", (long long)in->created_after, (long long)in->created_before,
		(long long)in->updated_after, (long long)in->updated_before);
	scope_add_texts(&b, &in->status);
	scope_add_texts(&b, &in->category);
	scope_add_texts(&b, &in->priority);
	scope_add_texts(&b, &in->words);
	return buf_text(&b);
}

static bool is_by_rank(enum order order)
{
	return order == MOST_URGENT || order == LEAST_URGENT;
}

/* Where a list begins without a cursor. */
static int64_t start_of(enum order order)
{
	switch (order) {
	case MOST_URGENT: return 0;
	case LEAST_URGENT: return RANKS_END;
	case CREATED_FIRST:
	case UPDATED_FIRST: return TIME_START;
	default: return TIME_END;
	}
}

/* As the column priority_rank: urgent is 1. */
static int64_t rank_of(const struct ticket *it)
{
	int64_t rank = 4;
	for (int i = 0; ticket_priorities[i] && strcmp(ticket_priorities[i], it->priority) != 0; i++)
		rank--;
	return rank;
}

static struct page_key key_of(enum order order, const struct ticket *it)
{
	struct page_key key = {.number = rank_of(it), .id = it->id};
	if (!is_by_rank(order))
		key.number =
			order == CREATED_LAST || order == CREATED_FIRST ? it->created_at : it->updated_at;
	return key;
}

static err read_page(struct ctx *cx, void *arg)
{
	struct reading *r = arg;
	struct ticket_list page = r->page;
	struct page_key key = {.number = start_of(r->order)};

	TRY(page_read(cx, page.cursor, r->scope, &key));
	page.key_time = is_by_rank(r->order) ? TIME_NULL : key.number;
	page.key_rank = is_by_rank(r->order) ? key.number : INT_NULL;
	page.key_id = key.id;
	page.limit++;
	TRY(tickets_range(cx, r->drive * ORDERS + r->order, &page, &r->rows, &r->list.count));
	if (r->list.count == page.limit) {
		key = key_of(r->order, &r->rows[--r->list.count - 1]);
		r->list.next_cursor = page_write(cx, r->scope, &key);
	}
	return NULL;
}

static err read_total(struct ctx *cx, void *arg)
{
	struct reading *r = arg;
	struct total *counted;
	int count;

	TRY(tickets_total(cx, r->drive, &r->page, &counted, &count));
	list_set_total(&r->list, counted->total);
	return NULL;
}

static err read_list(struct ctx *cx, struct reading *r)
{
	struct branch both[] = {{.run = read_page, .arg = r}, {.run = read_total, .arg = r}};

	TRY(staff_filters_allowed(cx, &r->page));
	r->list.total = r->page.include_total ? 0 : -1;
	if (!narrow_to_viewer(cx, &r->page) || asks_for_none(&r->page))
		return NULL;
	r->order = (enum order)page_order(ticket_sorts, r->page.sort);
	r->drive = drive_of(cx, &r->page);
	if (r->page.q)
		r->page.words = words_of(cx->arena, r->page.q);
	r->scope = scope_of(cx->arena, &r->page, r->drive);
	together(cx, both, r->page.include_total ? 2 : 1);
	TRY(both[0].result);
	return both[1].result;
}

/* Those of `ids` that the viewer may see, in their order. */
static err read_named(struct ctx *cx, struct reading *r)
{
	const struct uuids ids = r->page.ids;
	const struct ticket **found = ARENA_ARRAY(cx->arena, const struct ticket *, ids.count);

	if (is_filtered(&r->page) || r->page.cursor || r->page.include_total)
		return problem_detail(cx, BAD_REQUEST, "`ids` stands alone: leave out filters and `cursor`.");
	r->list.total = -1;
	r->rows = ARENA_ARRAY(cx->arena, struct ticket, ids.count);
	TRY(tickets_load(cx, ids.at, ids.count, found));
	for (int i = 0; i < ids.count; i++)
		if (found[i] && ticket_is_visible(cx, found[i]))
			r->rows[r->list.count++] = *found[i];
	return NULL;
}

HANDLER(list_tickets, ticket_list, none, ticket);
static err list_tickets(struct req *rq, const struct ticket_list *in, struct ticket_reply *re)
{
	struct reading r = {.page = *in};

	if (in->ids.at) /* sent, though it may name none */
		TRY(read_named(&rq->cx, &r));
	else
		TRY(read_list(&rq->cx, &r));
	tickets_show(rq, r.rows, r.list.count);
	return reply_list(re, r.rows, &r.list);
}

static const err list_problems[] = {FORBIDDEN, NULL};

const struct route ticket_list_routes[] = {
	ROUTE(GET, "/feedback/tickets", USER, 200, list_tickets,
	      "List your tickets; staff: everybody's, by default the newest first", .list = true,
	      .problems = list_problems),
	{0},
};
