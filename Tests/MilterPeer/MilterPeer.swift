/// The MTA's side of the milter protocol, for tests.
