# pcre2: the tokens of a query.
search_packages := libpcre2-8
