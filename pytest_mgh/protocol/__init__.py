"""AWS JSON 1.1: requests and responses, the schemas of the services, and the checks against them.

May import errors only. Its module `validation` alone knows jsonschema.
"""
