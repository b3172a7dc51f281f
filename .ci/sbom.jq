# A CycloneDX SBOM of a program, from what `go version -m -json` says of it.
def purl: "pkg:golang/\(.Path)@\(.Version)";
def setting($key): first(.Settings[] | select(.Key == $key) | .Value);
def component($type): {type: $type, "bom-ref": purl, name: .Path, version: .Version, purl: purl};
[{Path: "std", Version: (.GoVersion | ltrimstr("go"))}, .Deps[]] as $linked
| {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: {
      timestamp: setting("vcs.time"),
      component: (.Main | component("application")
        + {hashes: [{alg: "SHA-256", content: $sha256}], licenses: [{license: {id: "MIT"}}]}),
      properties: [.Settings[] | {name: "go:\(.Key)", value: .Value}]
    },
    components: [$linked[] | component("library")],
    dependencies: [{ref: (.Main | purl), dependsOn: [$linked[] | purl]}]
  }
