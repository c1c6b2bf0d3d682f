;; A second memory of a terabyte.
(memory $huge i64 16777216)
