"""Where to look: encoder, dense and lexical search, fusion, snapshots."""
