;; Four gigabytes before anything runs.
(memory $memory 65536)
