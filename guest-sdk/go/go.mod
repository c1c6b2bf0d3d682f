module sclera

go 1.25
