module bench-go

go 1.25

require sclera v0.0.0

replace sclera => ../../../guest-sdk/go
