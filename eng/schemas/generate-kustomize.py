#!/usr/bin/env python3
"""Writes the table of facts that Kustomize knows of Kubernetes' kinds, which Plumb.Manifests embeds.

  generate-kustomize.py VERSION SWAGGER_PB KUSTOMIZATION_JSON TARGET_DIRECTORY

VERSION is the name that a kustomization gives the built-in schema, such as v1.21.2; the inputs lie in the public repository
kubernetes-sigs/kustomize at the tag api/v0.20.1 (Kustomize 5.7.1):
  SWAGGER_PB          kyaml/openapi/kubernetesapi/v1_21_2/swagger.pb, Kubernetes' OpenAPI document of that version as a protobuf message
  KUSTOMIZATION_JSON  kyaml/openapi/kustomizationapi/swagger.json, the same for Kustomize's own kinds
TARGET_DIRECTORY is ../../src/Plumb.Manifests/Kustomize/Schemas/Table; kubernetes.txt and kustomization.txt in it are written.
The output depends on nothing else. Its form is described in src/Plumb.Manifests/Kustomize/Schemas/SchemaTable.cs.
"""
import json
import os
import sys


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, at


def fields(data):
    """The fields of a protobuf message: number and value, nested messages as bytes."""
    at = 0
    while at < len(data):
        key, at = varint(data, at)
        number, kind = key >> 3, key & 7
        if kind == 0:
            value, at = varint(data, at)
        elif kind == 1:
            value, at = data[at:at + 8], at + 8
        elif kind == 5:
            value, at = data[at:at + 4], at + 4
        else:
            size, at = varint(data, at)
            value, at = data[at:at + size], at + size
        yield number, value


def first(data, number):
    return next((value for key, value in fields(data) if key == number), None)


def all_of(data, number):
    return [value for key, value in fields(data) if key == number]


def named(data, number):
    """A list of messages with a name (1) and a value (2), as gnostic writes maps."""
    return [(first(entry, 1).decode(), first(entry, 2)) for entry in all_of(data, number)]


def small_yaml(text):
    """What gnostic holds of an extension: a word, a list of words, a map of words, or a list of such maps."""
    lines = text.rstrip("\n").split("\n")
    if len(lines) == 1 and not lines[0].startswith("- ") and ": " not in lines[0]:
        return lines[0]

    def pair(line):
        key, value = line.split(":", 1)
        return key.strip(), value.strip().strip('"')

    if not lines[0].startswith("- "):
        return dict(pair(line) for line in lines)
    items = []
    for line in lines:
        if line.startswith("- "):
            items.append(dict([pair(line[2:])]) if ":" in line else line[2:].strip())
        else:
            items[-1].update([pair(line)])
    return items


def extensions(data, number):
    return {name: small_yaml(first(value, 2).decode()) for name, value in named(data, number)}


def schema_of(data):
    """A schema message of gnostic's openapiv2 as the JSON it was made from, as far as it matters here."""
    schema = extensions(data, 31)
    if (reference := first(data, 1)) is not None:
        schema["$ref"] = reference.decode()
    if (kind := first(data, 22)) is not None:
        schema["type"] = [value.decode() for value in all_of(kind, 1)]
    if (more := first(data, 21)) is not None and (inner := first(more, 1)) is not None:
        schema["additionalProperties"] = schema_of(inner)
    if (items := first(data, 23)) is not None:
        schema["items"] = schema_of(first(items, 1))
    if (properties := first(data, 25)) is not None:
        schema["properties"] = {name: schema_of(value) for name, value in named(properties, 1)}
    return schema


def read_protobuf(path):
    data = open(path, "rb").read()
    paths = {}
    for name, item in named(first(data, 8), 2):
        if (get := first(item, 2)) is not None:
            paths[name] = {"get": extensions(get, 13)}
    return {"definitions": {name: schema_of(value) for name, value in named(first(data, 9), 1)}, "paths": paths}


def type_meta(kind):
    return ("/".join(part for part in (kind.get("group"), kind["version"]) if part), kind["kind"])


def scopes(document):
    found = {}
    for path, item in document.get("paths", {}).items():
        if (kind := item.get("get", {}).get("x-kubernetes-group-version-kind")) is not None:
            found[type_meta(kind)] = "namespaces/{namespace}" in path or found.get(type_meta(kind), False)
    return found


def write(version, document, path):
    definitions = document["definitions"]
    order = sorted(definitions)
    numbers = {name: str(number) for number, name in enumerate(order)}

    def expression(schema):
        if (reference := schema.get("$ref")) is not None:
            return numbers[reference.removeprefix("#/definitions/")]
        kind = schema.get("type")
        kind = kind if isinstance(kind, list) else [kind]
        if kind == ["array"] and "items" in schema:
            return "[" + expression(schema["items"])
        more = schema.get("additionalProperties")
        if isinstance(more, dict):
            return "{" + expression(more)
        if schema.get("properties"):
            sys.exit("properties of a type without a name: the table has no form for them")
        return "."

    lines = [f"V\t{version}"]
    for (api, kind), is_namespaced in sorted(scopes(document).items()):
        lines.append(f"S\t{api}\t{kind}\t{'N' if is_namespaced else 'C'}")
    kinds = {type_meta(kind): name for name in order for kind in definitions[name].get("x-kubernetes-group-version-kind", [])}
    for (api, kind), name in sorted(kinds.items()):
        lines.append(f"K\t{api}\t{kind}\t{numbers[name]}")
    for name in order:
        definition = definitions[name]
        inner = definition.get("additionalProperties")
        lines.append(f"T\t{name}" + (f"\t{expression(inner)}" if isinstance(inner, dict) else ""))
        for field, schema in sorted(definition.get("properties", {}).items()):
            marks = []
            if (strategy := schema.get("x-kubernetes-patch-strategy")) is not None:
                marks.append("P" + strategy)
                if (key := schema.get("x-kubernetes-patch-merge-key")) is not None:
                    marks.append("M" + key)
                if (keys := schema.get("x-kubernetes-list-map-keys")) is not None:
                    marks.append("K" + " ".join(keys))
            lines.append("\t".join([field, expression(schema), *marks]))
    with open(path, "w", encoding="utf-8", newline="\n") as out:
        out.write("\n".join(lines) + "\n")


def main():
    version, protobuf, kustomization, target = sys.argv[1:5]
    os.makedirs(target, exist_ok=True)
    write(version, read_protobuf(protobuf), os.path.join(target, "kubernetes.txt"))
    with open(kustomization, encoding="utf-8") as source:
        write(version, json.load(source), os.path.join(target, "kustomization.txt"))


main()
