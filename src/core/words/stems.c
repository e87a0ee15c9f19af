/* Stemming by Snowball, the script tells the language; and the words that are left out of texts. */
#include "vobe/words.h"

#include <libstemmer.h>
#include <stdlib.h>
#include <string.h>

/* Words of grammar, folded, and what is left of English ones at an apostrophe. Titles and names keep
 * theirs in the field of exact words. / */
static const char *const stop_words[] = {
	"a",       "about",   "above",    "after",      "again",   "against", "all",    "am",
	"an",      "and",     "any",      "are",        "as",      "at",      "be",     "because",
	"been",    "before",  "being",    "below",      "between", "both",    "but",    "by",
	"can",     "d",       "did",      "didnt",      "do",      "does",    "doesnt", "doing",
	"don",     "dont",    "down",     "during",     "each",    "few",     "for",    "from",
	"further", "had",     "has",      "have",       "having",  "he",      "her",    "here",
	"hers",    "herself", "him",      "himself",    "his",     "how",     "i",      "if",
	"im",      "in",      "into",     "is",         "isnt",    "it",      "its",    "itself",
	"ive",     "just",    "ll",       "m",          "me",      "more",    "most",   "my",
	"myself",  "no",      "nor",      "not",        "now",     "o",       "of",     "off",
	"on",      "once",    "only",     "or",         "other",   "our",     "ours",   "ourselves",
	"out",     "over",    "own",      "re",         "s",       "same",    "she",    "should",
	"so",      "some",    "such",     "t",          "than",    "that",    "thats",  "the",
	"their",   "theirs",  "them",     "themselves", "then",    "there",   "these",  "they",
	"this",    "those",   "through",  "to",         "too",     "under",   "until",  "up",
	"ve",      "very",    "was",      "we",         "were",    "what",    "when",   "where",
	"which",   "while",   "who",      "whom",       "why",     "will",    "with",   "you",
	"your",    "yours",   "yourself", "yourselves", "а",       "без",     "более",  "больше",
	"будет",   "будто",   "бы",       "был",        "была",    "были",    "было",   "быть",
	"в",       "вам",     "вас",      "вдруг",      "ведь",    "во",      "вот",    "впрочем",
	"все",     "всегда",  "всего",    "всех",       "всю",     "вы",      "где",    "да",
	"даже",    "два",     "для",      "до",         "другой",  "его",     "ее",     "ей",
	"ему",     "если",    "есть",     "еще",        "ж",       "же",      "за",     "зачем",
	"здесь",   "и",       "из",       "или",        "им",      "иногда",  "их",     "к",
	"как",     "какая",   "какой",    "когда",      "конечно", "кто",     "куда",   "ли",
	"лучше",   "между",   "меня",     "мне",        "много",   "может",   "можно",  "мой",
	"моя",     "мы",      "на",       "над",        "надо",    "наконец", "нас",    "не",
	"него",    "нее",     "ней",      "нельзя",     "нет",     "ни",      "нибудь", "никогда",
	"ним",     "них",     "ничего",   "но",         "ну",      "о",       "об",     "один",
	"он",      "она",     "они",      "опять",      "от",      "перед",   "по",     "под",
	"после",   "потом",   "потому",   "почти",      "при",     "про",     "раз",    "разве",
	"с",       "сам",     "свою",     "себе",       "себя",    "сейчас",  "со",     "совсем",
	"так",     "такой",   "там",      "тебя",       "тем",     "теперь",  "то",     "тогда",
	"того",    "тоже",    "только",   "том",        "тот",     "три",     "тут",    "ты",
	"у",       "уж",      "уже",      "хорошо",     "хоть",    "чего",    "чем",    "через",
	"что",     "чтоб",    "чтобы",    "чуть",       "эти",     "этого",   "этой",   "этом",
	"этот",    "эту",     "я",
};

static int by_word(const void *word, const void *stop)
{
	return strcmp(word, *(const char *const *)stop);
}

bool word_is_stop(const char *word)
{
	const size_t count = sizeof stop_words / sizeof *stop_words;
	return bsearch(word, stop_words, count, sizeof *stop_words, by_word) != NULL;
}

static struct sb_stemmer *stemmer(bool russian)
{
	static struct sb_stemmer *english_stemmer, *russian_stemmer;
	struct sb_stemmer **s = russian ? &russian_stemmer : &english_stemmer;

	if (!*s)
		*s = sb_stemmer_new(russian ? "russian" : "english", "UTF_8");
	return *s;
}

static bool is_cyrillic(const char *word)
{
	const unsigned char lead = (unsigned char)*word;
	return lead >= 0xD0 && lead <= 0xD3;
}

const char *word_stem(struct arena *a, const char *word)
{
	if (word_is_stop(word))
		return NULL;
	if (word_is_unspaced(word))
		return word;
	const char *stem = (const char *)sb_stemmer_stem(stemmer(is_cyrillic(word)), (const sb_symbol *)word,
							 (int)strlen(word));
	return stem && *stem ? arena_str(a, stem) : word;
}
