# libcjson: whether an import's social links, JSON as the database has it, differ from the stored ones.
artist_packages := libcjson
