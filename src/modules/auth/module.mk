# libsodium: Argon2id, Ed25519, SHA-256, HMAC. libcjson: the claims of a token whose signature has been verified.
# icu-uc: letters and normal forms of usernames. icu-i18n: which letters identifiers may have (UTS 39).
auth_packages := libsodium libcjson icu-uc icu-i18n
