from tests.access import Row

READ = {"leader": 403, "*": 200}

ROWS = {"served_list": Row(get=READ), "served_export": Row(post=READ)}
