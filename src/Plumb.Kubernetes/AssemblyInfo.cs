using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Plumb.Kubernetes.Tests")]
