// Command ends-go does what the value of its first IOC says.
package main

import (
	"fmt"
	"log"
	"log/slog"
	"os"
	"time"

	"sclera"
	"sclera/hook"
)

var module = sclera.Module[struct{}]{
	Description: sclera.Description{Name: "ends-go", Version: "1.0.0", Description: "Does what it is told"},
	Register: func(hooks *sclera.Hooks, _ struct{}) error {
		return hooks.Subscribe(hook.PreloadIOCCreate)
	},
	Handle: handle,
}

func handle(event *sclera.Event, _ struct{}) (answer sclera.Answer, err error) {
	iocs, err := sclera.Objects[sclera.IOC](event)
	if err != nil {
		return answer, err
	}
	switch what := iocs[0].IOCValue().Or(""); what {
	case "panic":
		_ = iocs[len(what)]
	case "exit":
		os.Exit(7)
	case "error":
		return answer, fmt.Errorf("asking: %w", sclera.Errorf("upstream-unavailable", "no answer").Retry())
	case "print":
		os.Stdout.Write([]byte("half \xfe\x00"))
		fmt.Println(" and half")
		println("to stderr")
		log.Print("the package log")
		slog.Debug("deep", "n", 1)
	case "wait":
		done := make(chan string)
		go func() {
			time.Sleep(20 * time.Millisecond)
			done <- "waited"
		}()
		return sclera.Unchanged().Saying(<-done), nil
	case "deadlock":
		<-make(chan int)
	case "recurse":
		return recurse(answer)
	case "allocate":
		var all [][]byte
		for {
			all = append(all, make([]byte, 1<<20))
		}
	case "loop":
		for {
		}
	case "file":
		_, err := os.ReadFile("/etc/passwd")
		return sclera.Unchanged().Saying(fmt.Sprint(err, len(os.Environ()), len(os.Args))), nil
	}
	return answer, nil
}

func recurse(answer sclera.Answer) (sclera.Answer, error) {
	answer, err := recurse(answer)
	answer.Message += "x"
	return answer, err
}

func init() { sclera.Export(&module) }

func main() {}
