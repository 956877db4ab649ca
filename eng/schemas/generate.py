#!/usr/bin/env python3
"""Writes the table of facts about Kubernetes' built-in kinds that Plumb.Manifests embeds.

  generate.py VERSION API APIMACHINERY APIEXTENSIONS AGGREGATOR > ../../src/Plumb.Manifests/Schemas/Table/kinds.txt

VERSION is the Kubernetes version, such as 1.33.4; the others are clones (bare ones do) of the public repositories
kubernetes/api, kubernetes/apimachinery, kubernetes/apiextensions-apiserver and kubernetes/kube-aggregator that have the tag v0.33.4.
Beside this script: kinds.txt and defaults.txt, the facts that the Go types do not state.
The output depends on nothing else. Its form is described in src/Plumb.Manifests/Schemas/Table/KindTable.cs.
"""
import json
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
API = "admissionregistration/v1 apps/v1 authentication/v1 authorization/v1 autoscaling/v1 autoscaling/v2 batch/v1 certificates/v1 " \
      "coordination/v1 core/v1 discovery/v1 events/v1 flowcontrol/v1 networking/v1 node/v1 policy/v1 rbac/v1 scheduling/v1 storage/v1"
GROUP_PACKAGES = {"-": "core"}

# Go types that are one JSON value. The letters are those of KindTable.cs.
SPECIAL = {
    "string": "s", "bool": "b", "int32": "i", "int64": "l", "int": "l", "int8": "i", "uint32": "l", "float64": "n", "byte": "i",
    "meta/v1.Time": "t", "meta/v1.MicroTime": "t", "meta/v1.Duration": "s", "intstr.IntOrString": "x", "resource.Quantity": "q",
    "runtime.RawExtension": "o", "meta/v1.FieldsV1": "o", "types.UID": "s", "runtime.Object": "o",
    "apiextensions/v1.JSON": "a", "apiextensions/v1.JSONSchemaPropsOrArray": "a", "apiextensions/v1.JSONSchemaPropsOrBool": "a",
    "apiextensions/v1.JSONSchemaPropsOrStringArray": "a",
}


class Type:
    def __init__(self, name, markers):
        self.name, self.markers, self.fields, self.alias = name, markers, [], None


class Field:
    def __init__(self, go, markers, tags):
        self.go, self.markers, self.tags = go, markers, tags


def show(repo, tag, path):
    return subprocess.run(["git", "-C", repo, "show", f"{tag}:{path}"], check=True, capture_output=True, text=True).stdout


def markers_of(comments):
    found = {}
    for line in comments:
        match = re.match(r"\+([\w:.-]+)(?:=(.*))?$", line)
        if match:
            found.setdefault(match.group(1), []).append(match.group(2) or "")
    return found


def parse(package, text, types):
    """Reads the structs and named types of one Go file."""
    imports = dict((alias or path.rsplit("/", 1)[-1], path) for alias, path in
                   re.findall(r'^(?:import)?\s+(?:(\w+) )?"(k8s\.io/[^"]+)"', text, re.M))

    def qualify(go):
        pointer = go.startswith("*")
        go = go.lstrip("*")
        if go == "[]byte":
            return "y", pointer
        if go.startswith("[]"):
            return "[" + qualify(go[2:])[0], pointer
        if go.startswith("map["):
            return "{" + qualify(go[go.index("]") + 1:])[0], pointer
        if go in SPECIAL:
            return go, pointer
        if "." in go:
            alias, name = go.split(".")
            path = imports[alias]
            found = re.search(r"k8s\.io/(?:api|apimachinery/pkg/apis)/(\w+/v\d)$", path)
            return (found.group(1) if found else path.rsplit("/", 1)[-1]) + "." + name, pointer
        return package + "." + go, pointer

    comments, current = [], None
    for line in text.split("\n"):
        stripped = line.strip()
        if current is None:
            if stripped.startswith("//"):
                comments.append(stripped[2:].strip())
                continue
            match = re.match(r"type (\w+) struct ?\{(\})?", line)
            if match:
                made = Type(f"{package}.{match.group(1)}", markers_of(comments))
                types[made.name] = made
                current = None if match.group(2) else made
                comments = []
                continue
            match = re.match(r"type (\w+) (\S+)\s*(?://.*)?$", line)
            if match and match.group(2) != "interface":
                made = Type(f"{package}.{match.group(1)}", markers_of(comments))
                made.alias = qualify(match.group(2))[0]
                types[made.name] = made
            if stripped and not stripped.startswith("/*"):
                comments = []
            continue
        if line.startswith("}"):
            current, comments = None, []
        elif stripped.startswith("//"):
            comments.append(stripped[2:].strip())
        else:
            match = re.match(r"(?:(\w+)\s+)?([\w.*\[\]]+)\s+`(.*)`", stripped)
            if match:
                current.fields.append(Field(qualify(match.group(2)), markers_of(comments), dict(re.findall(r'(\w+):"([^"]*)"', match.group(3)))))
            comments = []


def main():
    version, api, machinery, extensions, aggregator = sys.argv[1:6]
    tag = "v0" + version[1:]
    types = {}
    parse("meta/v1", show(machinery, tag, "pkg/apis/meta/v1/types.go"), types)
    for package in API.split():
        parse(package, show(api, tag, package + "/types.go"), types)
    for name in ("types.go", "types_jsonschema.go"):
        parse("apiextensions/v1", show(extensions, tag, "pkg/apis/apiextensions/v1/" + name), types)
    parse("apiregistration/v1", show(aggregator, tag, "pkg/apis/apiregistration/v1/types.go"), types)

    defaults, special_defaults = {}, []
    for line in open(os.path.join(HERE, "defaults.txt"), encoding="utf-8"):
        if line.strip() and not line.startswith("#"):
            target, value = line.strip().split(" = ", 1)
            json.loads(value)
            if "/" in target:
                special_defaults.append((target, value))
            else:
                group, name, field = target.split(".")
                defaults[group, name, field] = value
    used = set()
    order, ids = [], {}

    def number(name):
        """The line number of a type in the table; types are numbered in the order in which they are first met."""
        if name not in ids:
            ids[name] = len(order)
            order.append(name)
        return str(ids[name])

    def expression(go):
        """The type of a value as the table writes it, and the named Go type behind it."""
        if go[0] in "[{":
            return go[0] + expression(go[1:])[0], None
        if go == "y":
            return "y", None
        if go in SPECIAL:
            return SPECIAL[go], None
        named = types[go]
        if named.alias is not None:
            return expression(named.alias)[0], named
        return number(go), named

    def is_struct(go):
        return go[0] not in "[{" and go not in SPECIAL and go != "y" and types[go].alias is None

    def lines_of(name, overrides):
        result = []
        for field in types[name].fields:
            json_name, *options = field.tags.get("json", "").split(",")
            if json_name == "-":
                continue
            go, pointer = field.go
            if not json_name:
                result += lines_of(go, overrides)
                continue
            kind, named = expression(go)
            package, short = name.split(".")
            markers = {**(named.markers if named else {}), **field.markers}
            parts = []
            list_type = markers.get("listType", [None])[-1]
            if list_type == "map":
                parts.append("K" + ",".join(markers["listMapKey"]))
            elif list_type == "set":
                parts.append("S")
            if "atomic" in (markers.get("mapType", [""])[-1], markers.get("structType", [""])[-1]):
                parts.append("A")
            strategy = field.tags.get("patchStrategy", "").split(",")
            if "merge" in strategy:
                parts.append("M" + field.tags.get("patchMergeKey", ""))
            if "retainKeys" in strategy:
                parts.append("R")
            if pointer:
                parts.append("P")
            if "omitempty" in options or "omitzero" in options:
                parts.append("O")
            if "optional" not in field.markers and "omitempty" not in options:
                parts.append("!")
            default = overrides.get(json_name)
            key = (package.split("/")[0], short, json_name)
            if default is None and key in defaults:
                default = defaults[key]
                used.add(key)
            if default is None and "default" in field.markers:
                default = field.markers["default"][-1]
                if default.startswith("ref("):
                    default = None
            if default is None and is_struct(go) and not pointer and "omitzero" not in options:
                default = "{}"
            if default is None and short.endswith("Status") and not pointer and "omitempty" not in options and kind in "bil":
                default = "false" if kind == "b" else "0"  # Go writes these even when nobody set them.
            text = json_name + "\t" + kind
            if parts or default is not None:
                text += "\t" + " ".join(parts)
            if default is not None:
                text += "\t" + json.dumps(json.loads(default), separators=(",", ":"))
            result.append(text)
        return result

    kinds, derived = [], {}
    for line in open(os.path.join(HERE, "kinds.txt"), encoding="utf-8"):
        if not line.strip() or line.startswith("#"):
            continue
        group, kind_version, kind, plural, short, categories, scope, verbs, subresources = line.split()
        package = GROUP_PACKAGES.get(group, group.split(".")[0]) + "/" + kind_version
        name = f"{package}.{kind}"
        declared = types[name].markers
        if ("genclient:nonNamespaced" in declared) != (scope == "C") and "genclient" in declared:
            sys.exit(f"{name}: scope {scope} disagrees with the +genclient markers")
        for target, value in special_defaults:
            if target.startswith(kind + "/"):
                path, field = target.split("/")[1].split(".")
                derived[name] = (path, field, value)
        kinds.append((group if group != "-" else "", kind_version, kind, plural, short, categories, scope, verbs, subresources, name))
    kinds.sort(key=lambda k: (k[0], k[1], k[2]))

    table = []
    for kind in kinds:
        table.append("K\t" + "\t".join("" if part == "-" else part for part in kind[:-1]) + "\t" + number(kind[-1]))
    body, done = [], 0
    while done < len(order):
        name = order[done]
        done += 1
        source, overrides = name, {}
        if "@" in name:
            source, field, value = name.split("@")
            overrides = {field: value}
            types[name] = types[source]
        lines = lines_of(source, overrides)
        if name in derived:
            path, field, value = derived[name]
            for i, text in enumerate(lines):
                columns = text.split("\t")
                if columns[0] == path:
                    columns[1] = number(f"{order[int(columns[1])]}@{field}@{value}")
                    lines[i] = "\t".join(columns)
        atomic = "atomic" in types[source].markers.get("structType", [""])
        body.append("T\t" + source.replace("/", ".") + ("\tA" if atomic else ""))
        body += lines
    missing = set(defaults) - used
    if missing:
        sys.exit("defaults.txt names fields that do not exist: " + ", ".join(".".join(key) for key in sorted(missing)))
    print(f"V\t{version}")
    print("\n".join(table))
    print("\n".join(body))


main()
