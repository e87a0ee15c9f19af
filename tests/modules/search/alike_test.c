/* Documents and queries are cut and folded alike: what a person types finds what another wrote, in every
 * field. */
#include "modules/search/scene.h"

#include "support/test.h"

static bool finds(const char *kind, const char *q, const char *title)
{
	return strstr(text(" | %s | ", found(kind, q, "&limit=100")), text(" | %s | ", title)) != NULL;
}

#define check_finds(kind_, q_, title_) \
	ck_assert_msg(finds(kind_, q_, title_), "%s for `%s` found [%s], not %s", kind_, q_, \
	  found(kind_, q_, ""), title_)
#define check_not(kind_, q_, title_) \
	ck_assert_msg(!finds(kind_, q_, title_), "%s for `%s` found %s", kind_, q_, title_)

static void check_all(const char *kind, const char *title, const char *const *queries)
{
	for (; *queries; queries++)
		check_finds(kind, *queries, title);
}

SCENE(open_scene, scene_stop);

TEST(texts_are_folded_like_names)
{
	post_publish((struct fake_post){.title = "Round table",
					.content = "Motörhead, Sigur Rós, Dvořák, Beyoncé, naïve café, "
						   "Vývoj; AC/DC; "
						   "P!nk; Би-2, straße Łódź, Ёлки, l'été, памʼятають, ﬁnale",
					.description = "by Queensrÿche"});
	static const char *const queries[] = {"motorhead",
					      "Motörhead",
					      "MOTORHEAD",
					      "dvorak",
					      "beyonce",
					      "naive cafe",
					      "\"sigur ros\"",
					      "sigur",
					      "acdc",
					      "pink",
					      "би2",
					      "ac/dc",
					      "vyvo*",
					      "strasse",
					      "lodz",
					      "елки",
					      "ete",
					      "l'ete",
					      "памятають",
					      "finale",
					      "queensryche",
					      "queensr*",
					      "\"motorhead sigur\"",
					      "AC DC",
					      "bi-2",
					      "ＮＡＩＶＥ",
					      NULL};
	check_all("posts", "Round table", queries);
	artist_add((struct fake_artist){.name = "Someone",
					.bio = "Sang with Björk and Mylène Farmer, Ⅱ times H₂O"});
	static const char *const bios[] = {"bjork", "mylene farmer", "bjor*", "\"mylene farmer\"", "h2o",
					   NULL};
	check_all("artists", "Someone", bios);
	album_add((struct fake_album){.title = "Untitled",
				      .description = "Recorded in Reykjavík; rock'n'roll"});
	static const char *const albums[] = {"reykjavik", "rocknroll", "rock roll", NULL};
	check_all("albums", "Untitled", albums);
}

TEST(names_of_compatible_letters_are_found)
{
	static const struct {
		const char *name, *q;
	} cases[] = {
		{"Ⅱ", "II"},
		{"Ⅱ", "ii"},
		{"H₂O", "H2O"},
		{"CO₂", "CO2"},
		{"Mylène Farmer", "mylene"},
		{"Ørsted", "orsted"},
		{"Łona", "lona"},
		{"Þeyr", "theyr"},
		{"Ænigma", "aenigma"},
		{"Қазақ", "казак"},
		{"ﬂeet", "fleet"},
		{"ＹＭＯ", "ymo"},
		{"Đorđe", "dorde"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		artist_add((struct fake_artist){.name = cases[i].name});
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		expect_first("artists", cases[i].q, cases[i].name);
}

TEST(any_two_letters_of_a_script_without_blanks_find)
{
	static const char *const names[] = {"邓丽君", "宇多田ヒカル", "방탄소년단",
					    "くるり", "ไทยเทเนียม",    "Perfume とも"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		artist_add((struct fake_artist){.name = names[i]});
	post_publish((struct fake_post){.title = "椎名林檎の新しいアルバム",
					.content = "これはrockのアルバムです。東京事変"});
	static const struct {
		const char *kind, *q, *name;
	} cases[] = {
		{"artists", "丽君", "邓丽君"},
		{"artists", "邓丽君", "邓丽君"},
		{"artists", "君", "邓丽君"},
		{"artists", "邓", "邓丽君"},
		{"artists", "ヒカル", "宇多田ヒカル"},
		{"artists", "宇多田", "宇多田ヒカル"},
		{"artists", "ﾋｶﾙ", "宇多田ヒカル"},
		{"artists", "방탄", "방탄소년단"},
		{"artists", "소년단", "방탄소년단"},
		{"artists", "방탄소년단은", "방탄소년단"},
		{"artists", "くる", "くるり"},
		{"artists", "เทเนียม", "ไทยเทเนียม"},
		{"artists", "とも", "Perfume とも"},
		{"posts", "林檎", "椎名林檎の新しいアルバム"},
		{"posts", "アルバム", "椎名林檎の新しいアルバム"},
		{"posts", "rock", "椎名林檎の新しいアルバム"},
		{"posts", "東京事変", "椎名林檎の新しいアルバム"},
		{"posts", "\"東京事変\"", "椎名林檎の新しいアルバム"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		check_finds(cases[i].kind, cases[i].q, cases[i].name);
	check_not("posts", "京東", "椎名林檎の新しいアルバム");
	check_not("posts", "\"事変東京\"", "椎名林檎の新しいアルバム");
	check_not("artists", "ヒル", "宇多田ヒカル");
}

TEST(phrases_are_what_the_quotes_say)
{
	post_publish((struct fake_post){.title = "Help", .content = "Please, help me: I am down"});
	post_publish((struct fake_post){
		.title = "Helper", .content = "Helping of me, helped for me", .description = "me help"});
	post_publish((struct fake_post){.title = "Let", .content = "Let it -- be! And so"});
	post_publish(
		(struct fake_post){.title = "Letting", .content = "be it let, letting it be, let beings"});
	post_publish((struct fake_post){.title = "The hotel", .content = "california dreaming"});
	post_publish((struct fake_post){
		.title = "Dreams", .description = "of california", .content = "hotel rooms"});
	post_publish((struct fake_post){.title = "You and I", .content = "love"});
	post_publish((struct fake_post){.title = "Alone", .content = "love without end, Ещё дом"});
	expect_found("posts", "\"help me\"", "Help");
	expect_found("posts", "\"let it be\"", "Let");
	expect_found("posts", "\"LET IT BÉ\"", "Let");
	expect_found("posts", "\"california hotel\"", "");
	expect_found("posts", "\"hotel california\"", "");
	expect_found("posts", "\"california dreaming\"", "The hotel");
	expect_found("posts", "\"еще дом\"", "Alone");
	expect_found("posts", "\"you and i\"", "You and I");
	expect_found("posts", "love -\"you and i\"", "Alone");
	expect_found("posts", "love -\"without any end\"", "You and I | Alone");
	expect_found("posts", "love -\"end ещё\"", "You and I");
	expect_at(search("posts", "\"help me\"", "&include_total=true"), "total", "1");
	expect_at(search("posts", "love -\"you and i\"", "&include_total=true&sort=-published_at"), "total",
		  "1");
	artist_add((struct fake_artist){.name = "The The", .bio = "who are you"});
	expect_found("artists", "\"the the\"", "The The");
}

static struct answer all(const char *query)
{
	return api("GET", text("/api/v1/search%s", query), NULL, NULL);
}

TEST(phrases_that_nothing_has_are_words_beside_others)
{
	post_publish((struct fake_post){.title = "Series", .content = "Doctor Who is written by Moffat"});
	post_publish((struct fake_post){.title = "Elder", .content = "the music from an elder"});
	expect_found("posts", "which episode of \"Doctors Who\" is by moffat?", "Series");
	expect_at(search("posts", "\"Doctors Who\" moffat", ""), "unquoted", "true");
	expect_at(search("posts", "\"Doctors Who\" moffat", "&include_total=true"), "total", "1");
	expect_found("posts", "moffat \"written by doctor\"", "Series");
	expect_at(search("posts", "\"Doctor Who\" moffat", ""), "unquoted", "false");
	expect_found("posts", "\"Doctors Who\"", ""); /* nothing else is asked for */
	expect_found("posts", "\"Doctors Who\" \"elder music\"", "");
	expect_found("posts", "\"elder from music", "Elder"); /* the last quote is missing */
	expect_found("posts", "music \"elder an\" -doctor", "Elder");
	ck_assert_str_eq(found("posts", "\"Doctor Who\" moffat", "&offset=1"), ""); /* behind the last */
	artist_add((struct fake_artist){.name = "Moffat"});
	ck_assert_ptr_null(strstr(all("?q=%22Doctor+Who%22+moffat").body, "\"name\"")); /* posts have it */
	expect_at(all("?q=%22Doctors+Who%22+moffat"), "artists.0.name", "Moffat");
	expect_at(all("?q=%22Doctors+Who%22+moffat"), "unquoted", "true");
}

TEST(tokens_of_several_parts_are_whole_and_parts)
{
	static const char *const names[] = {"Queen", "ABBA", "Madonna", "Prince", "AC/DC", "Guns N' Roses"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		artist_add((struct fake_artist){.name = names[i]});
	static const char *const queens[] = {"queen,abba", "queen+abba", "queen|abba",
					     "queen/abba", "abba;queen", NULL};
	check_all("artists", "Queen", queens);
	check_all("artists", "ABBA", queens);
	static const char *const madonna[] = {"madonna/prince", "title:madonna", "madonna.com",
					      "(madonna)",      "madonna's",     NULL};
	check_all("artists", "Madonna", madonna);
	post_publish((struct fake_post){.title = "Phones", .content = "AT&T and rock n roll, D&D"});
	static const char *const phones[] = {"at&t", "att", "rock-n-roll", "rock'n'roll", "d&d", NULL};
	check_all("posts", "Phones", phones);
	check_not("posts", "phones -AT&T", "Phones");
}

TEST(names_of_signs_and_names_with_operators_in_them)
{
	static const char *const names[] = {"!!!", "+/-", "†††",  "▲",     "( )",  "🎵",  "-M-",     "M",
					    "C",   "C++", "Dont", "Don't", "fun.", "fun", "-tarrot-"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		artist_add((struct fake_artist){.name = names[i]});
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		expect_first("artists", names[i], names[i]);
	expect_found("artists", "artist:\"!!!\"", "!!!");
	expect_found("artists", "-M-", "-M- | M");
	expect_found("artists", "-tarrot", "-tarrot-");
	expect_found("artists", "††", "†††");
	post_publish((struct fake_post){.title = "!!! in town", .content = "∆"});
	check_finds("posts", "!!!", "!!! in town");
	expect_found("posts", "town -nobody", "!!! in town");
	expect_found("posts", "town −town", "");
}

TEST(scores_stay_in_their_domain_to_the_last_page)
{
	for (int i = 0; i < 230; i++)
		post_put((struct fake_post){.title = text("Madonna %d", i % 7),
					    .content = "recording records a record of recorders "
						       "and recording, madonna",
					    .tags = {i % 2 ? "recital" : "recent"}});
	post_put((struct fake_post){.title = "Madonna records", .content = "nothing else"});
	post_put((struct fake_post){.title = "Red", .content = "a"});
	reindex();
	static const char *const queries[] = {"madonna rec*", "a*", "rec* mad*", "recording records", "r*"};
	for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
		double last = 1e9;
		for (int offset = 0; offset < 300; offset += 100) {
			struct answer a = search("posts", queries[i], text("&limit=100&offset=%d", offset));
			const char *score;
			for (int n = 0; (score = at(&a, text("items.%d.score", n))); n++) {
				ck_assert_msg(atof(score) > 0, "`%s` has a score of %s", queries[i], score);
				ck_assert_msg(atof(score) <= last, "`%s` rises to %s behind %f", queries[i],
					      score, last);
				last = atof(score);
			}
		}
	}
	expect_first("posts", "madonna rec*", "Madonna records");
}

TEST(the_form_as_typed_counts_a_little_more)
{
	post_publish((struct fake_post){.title = "One", .content = "fame is all, said a man"});
	post_publish((struct fake_post){.title = "Two", .content = "famed for all, said a man"});
	post_publish((struct fake_post){.title = "Three", .content = "fame is all, said a man"});
	expect_first("posts", "famed", "Two");
	expect_found("posts", "fame", "Three | One | Two");
	post_publish((struct fake_post){.title = "Раз", .content = "песни и люди"});
	post_publish((struct fake_post){.title = "Два", .content = "песня и люди"});
	expect_first("posts", "песни", "Раз");
	expect_first("posts", "песня", "Два");
}

TEST(a_name_in_other_letters_counts_like_the_name)
{
	static const char *const names[] = {"Земфира Рамазанова", "Земфира",    "AC/DC",
					    "Back in Black",      "Black Back", "Live",
					    "Кинотеатр",          "Kino Fest",  "Кино"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		artist_add((struct fake_artist){.name = names[i]});
	expect_first("artists", "zemfira", "Земфира");
	expect_first("artists", "kino", "Кино");
	int acdc = 2;
	album_add((struct fake_album){.title = "Back in Black", .artist = acdc});
	album_add((struct fake_album){.title = "Back in Black", .artist = 1});
	expect_at(search("albums", "acdc back in black", ""), "items.0.artist_name", "AC/DC");
	check_finds("artists", "acdc back in black", "AC/DC");
	expect_found("artists", "artist:Zemfira", "Земфира");
	expect_found("albums", "artist:acdc", "Back in Black");
	artist_add((struct fake_artist){.name = "Sigur Rós"});
	artist_add((struct fake_artist){.name = "Beyoncé"});
	artist_add((struct fake_artist){.name = "Nirvana"});
	expect_found("artists", "artist:\"sigur ros\"", "Sigur Rós");
	expect_found("artists", "artist:beyonce", "Beyoncé");
	expect_found("artists", "artist:нирвана", "Nirvana");
	artist_add((struct fake_artist){.name = "Led Zeppelin IV"});
	artist_add((struct fake_artist){.name = "Led Zeppelin"});
	expect_first("artists", "led zeppelin 4", "Led Zeppelin IV");
}

TEST(names_written_by_ear_are_heard_as_a_whole)
{
	static const char *const names[] = {"Depeche Mode",   "Моды",       "Michael Jackson", "Майк",
					    "Jackson Browne", "Édith Piaf", "Эдит Утёсова",    "The Who",
					    "Твоё оружие",    "Daft Punk",  "Панк Фракция",    "Legacy",
					    "Lizzie",         "Nightwish"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		artist_add((struct fake_artist){.name = names[i]});
	expect_first("artists", "депеш мод", "Depeche Mode");
	expect_first("artists", "майкл джексон", "Michael Jackson");
	expect_first("artists", "эдит пиаф", "Édith Piaf");
	expect_first("artists", "дафт панк", "Daft Punk");
	expect_first("artists", "найтвиш", "Nightwish");
	expect_first("artists", "thewho", "The Who");
	expect_first("artists", "leacy", "Legacy");
	expect_first("artists", "моды", "Моды");
	expect_first("artists", "панк фракция", "Панк Фракция");
}

TEST(context_does_not_beat_a_name_that_is_wholly_there)
{
	static const char *const names[] = {
		"Песни войны",     "Земфира",      "Песни нашего двора", "Queen",   "Mary Queen of Arkansas",
		"Успешная группа", "Группа Крови", "Songs Ohia",         "The Who", "Metallica"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		artist_add((struct fake_artist){.name = names[i]});
	expect_first("artists", "песни земфиры", "Земфира");
	expect_first("artists", "songs by queen", "Queen");
	expect_first("artists", "Queen группа", "Queen");
	expect_first("artists", "songs of the who", "The Who");
	expect_first("artists", "metallica songs", "Metallica");
	expect_first("artists", "queen of arkansas", "Mary Queen of Arkansas");
}

TEST(a_title_with_its_artist_comes_before_what_has_less_of_both)
{
	static const char *const names[] = {"Taylor Swift", "The Beatles", "R. Kelly", "David Bowie"};
	for (int i = 0; i < (int)(sizeof names / sizeof *names); i++) {
		artist_add((struct fake_artist){.name = names[i]});
		album_add((struct fake_album){.title = names[i], .artist = i});
	}
	static const struct {
		const char *title;
		int artist;
	} titles[] = {
		{"Red", 0},          {"Ours", 0},          {"Martha, My Dear", 1}, {"Martha My Dear", 1},
		{"Happy People", 2}, {"Life On Mars?", 3}, {"Life on Mars", 3},    {"Black", 1},
		{"Black Metal", 0},  {"Legacy", 2},        {"Lizzie", 2}};
	for (size_t i = 0; i < sizeof titles / sizeof *titles; i++) {
		album_add((struct fake_album){.title = titles[i].title, .artist = titles[i].artist});
		post_publish((struct fake_post){.title = titles[i].title, .artist = titles[i].artist});
	}
	static const struct {
		const char *q, *title;
	} cases[] = {{"red taylor swift", "Red"},
		     {"ours taylor swift", "Ours"},
		     {"red talor swift", "Red"},
		     {"martha my dear the beatles", "Martha My Dear"},
		     {"martha, my dear the beatles", "Martha, My Dear"},
		     {"life on mars? david bowie", "Life On Mars?"},
		     {"life on mars david bowie", "Life on Mars"},
		     {"gappy peope r. kelly", "Happy People"},
		     {"black meatl", "Black Metal"},
		     {"leacy", "Legacy"}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		expect_first("albums", cases[i].q, cases[i].title);
		expect_first("posts", cases[i].q, cases[i].title);
	}
}

TEST(what_matched_is_marked_by_the_cutting_of_the_index)
{
	static const struct {
		const char *title, *q, *marked;
	} cases[] = {
		{"Live AC/DC!", "AC/DC", "Live <mark>AC/DC</mark>!"},
		{"Live AC/DC!", "acdc", "Live <mark>AC/DC</mark>!"},
		{"P!nk now", "P!nk", "<mark>P!nk</mark> now"},
		{"P!nk now", "pink", "<mark>P!nk</mark> now"},
		{"Би-2 дома", "Би-2", "<mark>Би-2</mark> дома"},
		{"Don't go", "Don't", "<mark>Don&#39;t</mark> go"},
		{"On Sigur Rós", "sigur ros", "On <mark>Sigur</mark> <mark>Rós</mark>"},
		{"Vive l'été", "l'été", "Vive <mark>l&#39;été</mark>"},
		{"Vive l'été", "ete", "Vive l&#39;<mark>été</mark>"},
		{"On Hammarskjöld", "Hammarskjold", "On <mark>Hammarskjöld</mark>"},
		{"On Hammarskjöld", "Hammarskjo*", "On <mark>Hammarskjöld</mark>"},
		{"宇多田ヒカル", "ヒカル", "宇多田<mark>ヒカル</mark>"},
		{"宇多田ヒカル", "田", "宇多<mark>田</mark>ヒカル"},
		{"방탄소년단", "소년", "방탄<mark>소년</mark>단"},
		{"<b>Ёлка</b>", "елка", "&lt;b&gt;<mark>Ёлка</mark>&lt;/b&gt;"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		post_publish((struct fake_post){.title = cases[i].title, .content = "x"});
		struct answer a = search("posts", cases[i].q, "");
		const char *got = NULL;
		for (int n = 0; at(&a, text("items.%d.title", n)); n++)
			if (!strcmp(at(&a, text("items.%d.title", n)), cases[i].title))
				got = at(&a, text("items.%d.highlight.title", n));
		ck_assert_msg(got && !strcmp(got, cases[i].marked), "`%s` marks %s, not %s", cases[i].q, got,
			      cases[i].marked);
	}
}
