# libcjson: the chunks of an upstream's answer, after a guard of their depth. libsodium: the fence's random word.
chat_packages := libcjson libsodium
