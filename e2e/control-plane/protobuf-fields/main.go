// Prints lib/kube/protobuf/fields.json: how the kinds the product watches are laid out in protobuf, and what
// encoding/json would make of each field, read off the struct tags of Kubernetes' own Go types.
//
//	go run -mod=readonly ./protobuf-fields > ../../lib/kube/protobuf/fields.json
//
// The .proto files do not suffice: whether a zero shows up in JSON depends on omitempty and on pointers.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"strings"

	apps "k8s.io/api/apps/v1"
	batch "k8s.io/api/batch/v1"
	core "k8s.io/api/core/v1"
	discovery "k8s.io/api/discovery/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// Whoever needs one of these fields has to know that its type is not in the table.
var leftOut = map[string]bool{"ObjectMeta.managedFields": true}

var leaves = map[reflect.Type]string{
	reflect.TypeOf(meta.Time{}):          "time",
	reflect.TypeOf(meta.MicroTime{}):     "microTime",
	reflect.TypeOf(resource.Quantity{}):  "quantity",
	reflect.TypeOf(intstr.IntOrString{}): "intOrString",
	reflect.TypeOf(runtime.RawExtension{}): "rawJson",
}

var messages = map[string]map[string]string{}
var seen = map[string]reflect.Type{}

func main() {
	for _, root := range []any{
		core.Pod{}, core.Event{}, core.Node{}, core.Service{}, apps.Deployment{}, apps.ReplicaSet{},
		apps.StatefulSet{}, apps.DaemonSet{}, apps.ControllerRevision{}, batch.Job{}, batch.CronJob{}, discovery.EndpointSlice{},
		meta.ListMeta{}, meta.Status{},
	} {
		nameOf(reflect.TypeOf(root))
	}
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(messages); err != nil {
		panic(err)
	}
}

// nameOf answers "string", "int", "bool", a leaf above, or the name of a message, which it adds to the table.
func nameOf(t reflect.Type) string {
	if leaf, ok := leaves[t]; ok {
		return leaf
	}
	switch t.Kind() {
	case reflect.String:
		return "string"
	case reflect.Bool:
		return "bool"
	case reflect.Int32, reflect.Int64:
		return "int"
	case reflect.Struct:
		addMessage(t)
		return t.Name()
	}
	panic(fmt.Sprintf("a type of a kind not thought of: %v", t))
}

func addMessage(t reflect.Type) {
	if other, ok := seen[t.Name()]; ok {
		if other != t {
			panic(fmt.Sprintf("%v and %v have one name", other, t))
		}
		return
	}
	seen[t.Name()] = t
	fields := map[string]string{}
	messages[t.Name()] = fields
	for i := 0; i < t.NumField(); i++ {
		addField(fields, t, t.Field(i))
	}
}

// addField notes `number type marks`. `[]` and `{}` before the type: a list, a map. Marks: `?` a pointer, `!` shown in
// JSON even when zero, `.` its fields stand among those of the message around it, `0` left out when all of it is zero.
func addField(fields map[string]string, t reflect.Type, field reflect.StructField) {
	tag := field.Tag.Get("protobuf")
	if tag == "" {
		return // TypeMeta
	}
	jsonName, options, _ := strings.Cut(field.Tag.Get("json"), ",")
	parts := strings.Split(tag, ",")
	marks := ""
	if jsonName == "" {
		marks += "."
		for _, part := range parts {
			if name, ok := strings.CutPrefix(part, "name="); ok {
				jsonName = name
			}
		}
	}
	if leftOut[t.Name()+"."+jsonName] {
		return
	}
	if !strings.Contains(options, "omitempty") {
		marks += "!"
	}
	if strings.Contains(options, "omitzero") {
		marks += "0"
	}
	of, shape := field.Type, ""
	switch of.Kind() {
	case reflect.Pointer:
		of, marks = of.Elem(), marks+"?"
	case reflect.Slice:
		of, shape = of.Elem(), "[]"
	case reflect.Map:
		of, shape = of.Elem(), "{}"
	}
	fields[jsonName] = strings.TrimSpace(fmt.Sprintf("%s %s%s %s", parts[1], shape, nameOf(of), marks))
}
