package picture

import (
	"io"

	"github.com/sosbond/sosbond/report/jsonout"
)

// Schema names the version of the JSON of pictures.
const Schema = "sosbond.topology/v1"

// JSON writes pictures for programs: names as the document has them, in the same bytes for the same pictures.
func JSON(w io.Writer, pictures ...Picture) error {
	return jsonout.WriteValue(w, struct {
		Schema string    `json:"schema"`
		Hosts  []Picture `json:"hosts"`
	}{Schema, pictures})
}
