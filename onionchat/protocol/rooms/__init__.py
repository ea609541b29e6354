"""What journals mean (docs/spec/08-rooms.md): bodies, who may write them, state as a fold, texts.

Pure. May import `journal` and what is below it.
"""
