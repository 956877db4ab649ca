"""Writes fields.txt: how the Go types of Kubernetes' stable API groups are laid out in protobuf, read from their struct tags.

Usage: generate.py API_REPOSITORY APIMACHINERY_REPOSITORY > fields.txt   (git directories of kubernetes/api and kubernetes/apimachinery)

Lines: "= group/version" starts a package, ". Type" a message, "number name type" a field. A name of "-" means the message is inlined.
Types: s text, y bytes, i integer, b boolean, d double, t time, q quantity, x int-or-string, j embedded JSON, or package.Type;
before it "*" for a pointer (zero values count), "[" for a list, "{" for a map from text.
"""
import re
import subprocess
import sys

api, machinery = sys.argv[1:3]


def git(repo, *args):
    return subprocess.run(["git", "-C", repo, *args], capture_output=True, text=True, check=True).stdout


SCALARS = {"string": "s", "bool": "b", "int": "i", "int32": "i", "int64": "i", "uint8": "i", "uint64": "i", "float64": "d", "[]byte": "y"}
SPECIAL = {
    "metav1.Time": "t", "metav1.MicroTime": "t", "resource.Quantity": "q", "intstr.IntOrString": "x", "runtime.RawExtension": "j",
    "metav1.FieldsV1": "j", "metav1.Duration": "s", "types.UID": "s", "types.NodeName": "s", "types.PatchType": "s", "runtime.Object": "j",
}


def packages():
    names = git(api, "ls-tree", "-r", "--name-only", "HEAD").split()
    for folder in sorted({n.rsplit("/", 1)[0] for n in names if re.fullmatch(r"[a-z]+/v\d+/types\.go", n)}):
        register = git(api, "show", f"HEAD:{folder}/register.go")
        group = re.search(r'GroupName\s*=\s*"([^"]*)"', register).group(1)
        text = "".join(git(api, "show", "HEAD:" + n) for n in names if re.fullmatch(re.escape(folder) + r"/[a-z_]*types[a-z_]*\.go", n))
        yield f"k8s.io/api/{folder}", f"{group}/{folder.split('/')[1]}", text
    meta = "pkg/apis/meta/v1"
    yield "k8s.io/apimachinery/" + meta, "meta/v1", git(machinery, "show", f"HEAD:{meta}/types.go")


found = {path: (name, text) for path, name, text in packages()}
aliases = {}
for path, (name, text) in found.items():
    for alias, base in re.findall(r"^type (\w+) (\[\]\w+|map\[\w+\][\w.\[\]]+|string|bool|int\d*)$", text, re.M):
        aliases[(name, alias)] = base


def resolve(go, name, imports):
    if go.startswith("*"):
        return "*" + resolve(go[1:], name, imports)
    if go in SCALARS:
        return SCALARS[go]
    if go.startswith("[]"):
        return "[" + resolve(go[2:], name, imports).lstrip("*")
    if go.startswith("map["):
        return "{" + resolve(go[go.index("]") + 1:], name, imports)
    if name == "meta/v1" and "metav1." + go in SPECIAL:
        return SPECIAL["metav1." + go]
    if go in SPECIAL:
        return SPECIAL[go]
    package, _, short = go.rpartition(".")
    owner = name if not package else found.get(imports.get(package, ""), ("", ""))[0]
    if not owner:
        return "s"
    if (owner, short) in aliases:
        return resolve(aliases[(owner, short)], owner, imports)
    return f"{owner}.{short}"


for path, (name, text) in found.items():
    print("= " + name)
    imports = {a or p.rsplit("/", 1)[1]: p for a, p in re.findall(r'^\s*(\w+ )?"(k8s\.io/[^"]+)"', text.replace("\t", " "), re.M) for a in [a.strip()]}
    for struct, body in re.findall(r"^type (\w+) struct \{\n(.*?)^\}", text, re.M | re.S):
        fields = re.findall(r'^\s*(?:\w+\s+)?(\S+)\s+`json:"([^",]*)([^"]*)" (?:[a-zA-Z]+:"[^"]*" )*protobuf:"\w+,(\d+),[^"]*"', body, re.M)
        if not fields:
            continue
        print(". " + struct)
        for go, json, _, number in fields:
            print(number, json or "-", resolve(go, name, imports))
