"""Records of calls in CloudTrail's form, the file they are written to, and who watches them.

May import access and the rooms below it: protocol and errors.
"""
