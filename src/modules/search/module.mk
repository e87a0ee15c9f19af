# ICU: what is a letter, in any script.
# pcre2: the query's operators.
search_packages := icu-uc libpcre2-8
