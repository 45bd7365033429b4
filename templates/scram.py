"""What PostgreSQL keeps of a password (RFC 5803), made here: the password itself then is in no statement and in no log."""
import base64
import hashlib
import hmac
import os
import stringprep
import unicodedata

ITERATIONS = 4096  # PostgreSQL's own
FORBIDDEN = [
    stringprep.in_table_c12,
    stringprep.in_table_c21_c22,
    stringprep.in_table_c3,
    stringprep.in_table_c4,
    stringprep.in_table_c5,
    stringprep.in_table_c6,
    stringprep.in_table_c7,
    stringprep.in_table_c8,
    stringprep.in_table_c9,
    stringprep.in_table_a1,
]


def prepared(password):
    """As a client prepares it (SASLprep, RFC 4013); what that forbids goes as it is, as with libpq."""
    mapped = "".join(" " if stringprep.in_table_c12(each) else each for each in password if not stringprep.in_table_b1(each))
    text = unicodedata.ucd_3_2_0.normalize("NFKC", mapped)
    if not text or any(forbids(each) for each in text for forbids in FORBIDDEN):
        return password
    right = [stringprep.in_table_d1(each) for each in text]
    if any(right) and (any(map(stringprep.in_table_d2, text)) or not (right[0] and right[-1])):
        return password
    return text


def keys(password, salt, iterations):
    salted = hashlib.pbkdf2_hmac("sha256", prepared(password).encode(), salt, iterations)
    client = hmac.new(salted, b"Client Key", "sha256").digest()
    return hashlib.sha256(client).digest(), hmac.new(salted, b"Server Key", "sha256").digest()


def verifier(password, salt=None, iterations=ITERATIONS):
    salt = os.urandom(16) if salt is None else salt
    stored, server = (base64.b64encode(key).decode() for key in keys(password, salt, iterations))
    return "SCRAM-SHA-256$%d:%s$%s:%s" % (iterations, base64.b64encode(salt).decode(), stored, server)


def fits(password, kept):
    """Whether what PostgreSQL keeps is of this password."""
    try:
        name, parameters, _keys = (kept or "").split("$")
        iterations, salt = parameters.split(":")
        return name == "SCRAM-SHA-256" and kept == verifier(password, base64.b64decode(salt), int(iterations))
    except ValueError:
        return False
