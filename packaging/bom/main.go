// Command bom says what a release consists of: a bill of materials as CycloneDX
// 1.5 JSON, and the licences of all parts in one file.
//
//	bom -version 0.1.0 -bill FILE -licences FILE [-library NAME=VERSION]… PROGRAM…
//
// Go modules are those that the built programs say they are made of (what
// `go version -m` prints), the other parts those of assets/licences. The time is
// SOURCE_DATE_EPOCH, so that the same programs give the same bytes.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"sotto/assets"
)

func main() {
	version := flag.String("version", "", "of the release")
	bill := flag.String("bill", "", "`file` for the bill of materials")
	licences := flag.String("licences", "", "`file` for the licences")
	var carried []library
	flag.Func("library", "a Debian library that an AppImage carries, `NAME=VERSION`", func(s string) error {
		name, version, ok := strings.Cut(s, "=")
		if !ok || name == "" || version == "" {
			return fmt.Errorf("not NAME=VERSION")
		}
		carried = append(carried, library{name, version})
		return nil
	})
	flag.Parse()
	if *version == "" || flag.NArg() == 0 {
		flag.Usage()
		os.Exit(2)
	}
	if err := run(*version, *bill, *licences, carried, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "bom:", err)
		os.Exit(1)
	}
}

func run(version, bill, licences string, carried []library, programs []string) error {
	if licences != "" {
		if err := os.WriteFile(licences, []byte(licenceText(assets.Licences())), 0o644); err != nil {
			return err
		}
	}
	if bill == "" {
		return nil
	}
	var at time.Time
	if s := os.Getenv("SOURCE_DATE_EPOCH"); s != "" {
		seconds, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			return fmt.Errorf("SOURCE_DATE_EPOCH: %w", err)
		}
		at = time.Unix(seconds, 0)
	}
	made, err := readPrograms(programs)
	if err != nil {
		return err
	}
	b, err := json.MarshalIndent(materials(version, at, made, carried, assets.Licences()), "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(bill, append(b, '\n'), 0o644)
}

// licenceText is one file for people: a list of the parts, then each in full.
func licenceText(all []assets.Licence) string {
	var b strings.Builder
	b.WriteString("Sotto is made of these parts. Their licences follow in full.\n\n")
	for _, l := range all {
		fmt.Fprintf(&b, "  %-58s %s\n", l.Name, l.Kind)
	}
	for _, l := range all {
		fmt.Fprintf(&b, "\n\n%s\n%s\n\n%s\n", strings.Repeat("=", 78), l.Name, strings.TrimSpace(l.Text))
	}
	return b.String()
}
