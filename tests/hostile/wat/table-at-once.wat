(table $table 9000000 funcref)
