package bt

// Canonical rewrites one value that is encoded laxly: with leading zeros in
// integers and string lengths, with "-0", or with bytes behind it. The official
// core reads these and never writes them. All else is as strict as Skip, and
// what is canonical already comes back as it is. The result may be data itself.
func Canonical(data []byte, limits Limits) ([]byte, error) {
	r := NewReader(data, limits)
	r.lax = true
	if err := r.Skip(); err != nil {
		return nil, err
	}
	data = data[:r.off]
	if !r.sloppy {
		return data, nil
	}

	out := make([]byte, 0, len(data))
	for i := 0; i < len(data); {
		switch c := data[i]; {
		case c == 'i':
			i++
			negative := data[i] == '-'
			if negative {
				i++
			}
			digits, end := number(data, i)
			out = append(out, 'i')
			if negative && digits[0] != '0' {
				out = append(out, '-')
			}
			out = append(append(out, digits...), 'e')
			i = end + 1
		case '0' <= c && c <= '9':
			digits, end := number(data, i)
			n := 0
			for _, d := range digits {
				n = n*10 + int(d-'0')
			}
			out = append(append(out, digits...), ':')
			out = append(out, data[end+1:end+1+n]...)
			i = end + 1 + n
		default: // 'd', 'l', 'e'
			out = append(out, c)
			i++
		}
	}
	return out, nil
}

// number returns the digits from i on without leading zeros, and where they end.
func number(data []byte, i int) (digits []byte, end int) {
	end = i
	for data[end] >= '0' && data[end] <= '9' {
		end++
	}
	for i < end-1 && data[i] == '0' {
		i++
	}
	return data[i:end], end
}
