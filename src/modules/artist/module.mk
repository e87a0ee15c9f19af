# libcjson: the members of social_links, which the schema sees as one JSON text.
artist_packages := libcjson
