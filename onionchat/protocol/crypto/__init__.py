"""Keys, hashes and ciphers (docs/spec/01-crypto.md): typed names over PyNaCl and cryptography.

No primitive is made here, and no protocol: only what every layer above shares.
"""
