package convert

// The PEM reader, until it is a package of its own.
type (
	PEMNote   = pemNote
	PEMError  = pemError
	PEMRepair = repaired
)

// What keeps PEM text from being read or repaired.
var (
	ErrNoPEM       = errNoPEM
	ErrPEMDamaged  = errPEMDamaged
	ErrPEMTooLarge = errPEMTooLarge
)

// Why a block cannot be repaired.
const (
	ReasonNoLabel  = reasonNoLabel
	ReasonTrailing = reasonTrailing
)

// RepairPEM is repairPEM.
func RepairPEM(data []byte, keepText bool, known func([]byte) bool) (*PEMRepair, error) {
	return repairPEM(data, keepText, known)
}
