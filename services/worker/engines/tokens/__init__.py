"""How text becomes tokens, and tokens become text: tokenizers of files and folders."""
