"""What turns a prompt into tokens. `engine.py` holds the interfaces.

The files here are the batch that sequences share, whatever computes it, from
`batched.py` inwards. Below them: `tokens` (text), `models` (what lies on disk),
`litert` and `float32` (what computes a step), `explain` (what is differentiated).
"""
