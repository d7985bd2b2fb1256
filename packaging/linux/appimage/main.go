// Command appimage joins a runtime and a squashfs image to an AppImage:
//
//	appimage -runtime PROGRAM -image SQUASHFS -update INFORMATION -out FILE
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"

	"sotto/packaging/linux/appimage/section"
	"sotto/packaging/linux/appimage/squashfs"
)

func main() {
	runtime := flag.String("runtime", "", "the static `program` in front")
	image := flag.String("image", "", "the `squashfs` image behind it")
	update := flag.String("update", "", "update `information` of the AppImage specification")
	out := flag.String("out", "", "the `file` to write")
	flag.Parse()
	if flag.NArg() > 0 || *runtime == "" || *image == "" || *out == "" {
		flag.Usage()
		os.Exit(2)
	}
	if err := join(*runtime, *image, *update, *out); err != nil {
		fmt.Fprintln(os.Stderr, "appimage:", err)
		os.Exit(1)
	}
}

func join(runtime, image, update, out string) error {
	program, err := os.ReadFile(runtime)
	if err != nil {
		return err
	}
	files, err := os.ReadFile(image)
	if err != nil {
		return err
	}
	if program, err = section.Add(program, update); err != nil {
		return err
	}
	end, err := section.End(bytes.NewReader(program))
	if err != nil || end != int64(len(program)) {
		return fmt.Errorf("the program ends at %d of %d bytes: %v", end, len(program), err)
	}
	i, err := squashfs.Open(bytes.NewReader(files), int64(len(files)))
	if err != nil {
		return err // the runtime could not read it either
	}
	i.Close()
	return os.WriteFile(out, append(program, files...), 0o755)
}
