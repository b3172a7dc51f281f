// Command certconv converts, inspects and checks keys and certificates.
package main

func main() {}
