# ICU: what is a letter, in any script. pcre2: the tokens of a query.
search_packages := icu-uc libpcre2-8
# libstemmer: the Snowball stemmers PostgreSQL has, for marking hits. It comes without a pkg-config file.
search_libs := -lstemmer
