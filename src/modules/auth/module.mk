# libsodium: Argon2id, Ed25519, SHA-256, HMAC. libcjson: the claims of a token whose signature has been verified.
# icu-uc: which letters of a foreign name an account may have.
auth_packages := libsodium libcjson icu-uc
