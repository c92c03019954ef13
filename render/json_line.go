package render

import "encoding/json"

// appendLine appends a document as one line of JSON that is fit for a terminal.
func appendLine(dst []byte, document any) ([]byte, error) {
	line, err := json.Marshal(document)
	if err != nil {
		return dst, err
	}
	return append(appendEscaped(dst, line), '\n'), nil
}
