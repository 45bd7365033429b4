"""Connection strings for the programs of PostgreSQL."""


def conninfo(**options):
    """A connection string: libpq takes a bare name with `=` in it for one. https://www.postgresql.org/docs/current/libpq-connect.html"""
    quoted = {key: value.replace("\\", "\\\\").replace("'", "\\'") for key, value in options.items()}
    return " ".join("%s='%s'" % option for option in quoted.items())
