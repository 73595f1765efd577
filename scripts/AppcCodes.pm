# AppcCodes.pm - what the pages of APPC document: the verbs, and the pairs of codes of each, from winappc.h and
# tests/appc/codes.def.  Run from the root of the source.
package AppcCodes;
use strict;
use warnings;
use Exporter 'import';
our @EXPORT = qw(%number %verb %forms pairs value);

our (%number, %verb, %forms);
open my $h, '<', 'tp/include/winappc.h' or die "AppcCodes: winappc.h: $!\n";
my $opcodes = 1;
while (<$h>) {
    $opcodes = 0 if m{^/\* ---- return codes};
    if (/^#define AP_(\w+)\s+APPC_FLIP[IL]\(0x(\w+)\)/) {
        if ($opcodes) {
            my ($name, $n) = ($1, hex $2);
            $forms{$n} = 1 if $name =~ s/^[MB]_//;
            $verb{$n} = $name;
        } else {
            $number{$1} = hex $2;
        }
    } elsif (/^#define AP_(POL_\w+)\s+(\d+)/) {
        $number{$1} = $2 << 24;    # in the order of the machine
    }
}
$number{$_} <<= 16 for qw(DATA NOT_DATA);    # they are what_rcvd of two octets
my %set = (
    IDS => [map { ['PARAMETER_CHECK', $_] } qw(BAD_TP_ID BAD_CONV_ID)],
    CB => [['CONV_BUSY']], TB => [['THREAD_BLOCKING']], MIX => [['CONVERSATION_TYPE_MIXED']],
    FAIL => [['CONV_FAILURE_RETRY'], ['CONV_FAILURE_NO_RETRY']],
    ABD => [['DEALLOC_ABEND_PROG'], ['DEALLOC_ABEND_SVC'], ['DEALLOC_ABEND_TIMER']],
    A => [['COMM_SUBSYSTEM_ABENDED']], N => [['COMM_SUBSYSTEM_NOT_LOADED', 'NO_NODE_ACTIVE']],
    V => [['INVALID_VERB_SEGMENT']], S => [['STACK_TOO_SMALL']], D => [['UNEXPECTED_DOS_ERROR']],
);
my @two = qw(ALLOCATION_FAILURE_NO_RETRY ALLOCATION_FAILURE_RETRY);
my @ten = (@two, qw(SECURITY_NOT_VALID TRANS_PGM_NOT_AVAIL_RETRY TRANS_PGM_NOT_AVAIL_NO_RETRY TP_NAME_NOT_RECOGNIZED
                    PIP_NOT_ALLOWED PIP_NOT_SPECIFIED_CORRECTLY CONVERSATION_TYPE_MISMATCH SYNC_LEVEL_NOT_SUPPORTED));
$set{ALLOC2} = [map { ['ALLOCATION_ERROR', $_] } @two];
$set{ALLOC10} = [map { ['ALLOCATION_ERROR', $_] } @ten];
my %short = (PC => 'PARAMETER_CHECK', SC => 'STATE_CHECK');

sub value {
    my ($name) = @_;
    return 0 if !defined $name;
    return $name if $name =~ /^\d+$/;
    defined $number{$name} or die "AppcCodes: AP_$name is not in winappc.h\n";
    return $number{$name};
}


# The verbs in the order of the table, and for each name the pairs [primary, secondary] without AP_; a secondary
# code that is not there is undefined.
sub pairs {
    my (@verbs, %pairs);
    open my $d, '<', 'tests/appc/codes.def' or die "AppcCodes: codes.def: $!\n";
    while (<$d>) {
        my ($verb, $codes) = /^CODES\((\w+), "(.*)"\)/ or next;
        push @verbs, $verb;
        while ($codes =~ /(\w+)(?:\{([^}]*)\})?/g) {
            my ($code, $secondary) = ($1, $2);
            push @{$pairs{$verb}},
                !defined $secondary ? ($set{$code} ? @{$set{$code}} : [$short{$code} || $code])
                : map { $_ eq 'IDS' ? @{$set{IDS}} : [$short{$code} || $code, $_] } split ' ', $secondary;
        }
    }
    return (\@verbs, \%pairs);
}

1;
