module {{name}}

go 1.25

require sclera v0.0.0

// The SDK's copy in this project.
replace sclera => ./sclera-sdk
