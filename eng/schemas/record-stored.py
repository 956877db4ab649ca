#!/usr/bin/env python3
"""Records what a real API server stores for each object of samples.yaml.

  record-stored.py FOLDER      (with KUBECONFIG naming a scratch cluster; needs kubectl and PyYAML)

Writes FOLDER/NAME.json with the object sent ("input") and the object read back ("stored", without what differs each time).
The objects are removed again.
"""
import json
import os
import subprocess
import sys

import yaml

HERE = os.path.dirname(os.path.abspath(__file__))


def kubectl(*arguments, text=None):
    return subprocess.run(["kubectl", *arguments], input=text, check=True, capture_output=True, text=True).stdout


version = json.loads(kubectl("version", "-o", "json"))["serverVersion"]["gitVersion"]
for document in yaml.safe_load_all(open(os.path.join(HERE, "samples.yaml"), encoding="utf-8")):
    text = json.dumps(document)
    try:
        stored = json.loads(kubectl("create", "--validate=false", "-o", "json", "-f", "-", text=text))
    except subprocess.CalledProcessError as error:
        sys.exit(f"{document['kind']} {document['metadata']['name']}: {error.stderr}")
    kubectl("delete", "--wait=false", "-f", "-", text=text)
    for name in ("uid", "resourceVersion", "creationTimestamp", "managedFields", "selfLink", "generation"):
        stored["metadata"].pop(name, None)
    path = os.path.join(sys.argv[1], document["metadata"]["name"] + ".json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"server": version, "input": document, "stored": stored}, file, indent=1)
        file.write("\n")
