# libsodium: base64 of subjects and bodies.
mail_packages := libsodium
