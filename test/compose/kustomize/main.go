// Composes trees with kustomize's own library, the one that is built into kubectl: a line of JSON in, {"root", "files"},
// a line of JSON out, {"output"} or {"error"}. For the random trees of the conformance tests, of which a process for each
// would take half an hour. The argument is the schema for all of them, in place of an openapi.path in each, which would be
// read again for each.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path"

	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/kustomize/kyaml/openapi"
)

type tree struct {
	Root  string            `json:"root"`
	Files map[string]string `json:"files"`
}

type result struct {
	Output string `json:"output,omitempty"`
	Error  string `json:"error,omitempty"`
}

func main() {
	schema, err := os.ReadFile(os.Args[1])
	if err == nil {
		openapi.SuppressBuiltInSchemaUse()
		err = openapi.AddSchema(schema)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := json.NewEncoder(os.Stdout)
	for {
		line, err := in.ReadBytes('\n')
		if len(line) == 0 && err != nil {
			return
		}
		if err := out.Encode(composed(line)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

func composed(line []byte) (found result) {
	defer func() {
		if crash := recover(); crash != nil {
			found = result{Error: fmt.Sprint("panic: ", crash)}
		}
	}()
	var given tree
	if err := json.Unmarshal(line, &given); err != nil {
		return result{Error: err.Error()}
	}
	disk := filesys.MakeFsInMemory()
	for name, text := range given.Files {
		if err := disk.WriteFile(path.Join("/tree", name), []byte(text)); err != nil {
			return result{Error: err.Error()}
		}
	}
	documents, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(disk, path.Join("/tree", given.Root))
	if err != nil {
		return result{Error: err.Error()}
	}
	text, err := documents.AsYaml()
	if err != nil {
		return result{Error: err.Error()}
	}
	return result{Output: string(text)}
}
