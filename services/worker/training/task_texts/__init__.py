"""The texts that the task model learns from: forms, what fills them, and their making.

All of it was written for this: nothing is quoted, nothing was asked by a user.
"""
