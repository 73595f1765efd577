/* Where the documentation has each field of the verb control blocks: with pointers of 4 octets and packed to
 * 4, and with pointers of 8 octets [HIS: CONVERT; HIS: TRANSFER_MS_DATA]. */
#include "tp/verbs/layout.h"
#include "wincsv.h"

AT(csv_hdr, opcode, 0, 0);
AT(csv_hdr, opext, 2, 2);
AT(csv_hdr, reserv2, 3, 3);
AT(csv_hdr, primary_rc, 4, 4);
AT(csv_hdr, secondary_rc, 8, 8);
SIZE(csv_hdr, 12, 12);

AT(convert, opcode, 0, 0);
AT(convert, opext, 2, 2);
AT(convert, reserv2, 3, 3);
AT(convert, primary_rc, 4, 4);
AT(convert, secondary_rc, 8, 8);
AT(convert, direction, 12, 12);
AT(convert, char_set, 13, 13);
AT(convert, len, 14, 14);
AT(convert, source, 16, 16);
AT(convert, target, 20, 24);
SIZE(convert, 24, 32);

AT(copy_trace_to_file, opcode, 0, 0);
AT(copy_trace_to_file, opext, 2, 2);
AT(copy_trace_to_file, reserv2, 3, 3);
AT(copy_trace_to_file, primary_rc, 4, 4);
AT(copy_trace_to_file, secondary_rc, 8, 8);
AT(copy_trace_to_file, reserv3, 12, 12);
AT(copy_trace_to_file, file_name, 20, 20);
AT(copy_trace_to_file, file_option, 84, 84);
AT(copy_trace_to_file, reserv4, 85, 85);
SIZE(copy_trace_to_file, 100, 100);

AT(get_cp_convert_table, opcode, 0, 0);
AT(get_cp_convert_table, opext, 2, 2);
AT(get_cp_convert_table, reserv2, 3, 3);
AT(get_cp_convert_table, primary_rc, 4, 4);
AT(get_cp_convert_table, secondary_rc, 8, 8);
AT(get_cp_convert_table, reserv3, 12, 12);
AT(get_cp_convert_table, source_cp, 20, 20);
AT(get_cp_convert_table, target_cp, 22, 22);
AT(get_cp_convert_table, conv_tbl_addr, 24, 24);
AT(get_cp_convert_table, char_not_fnd, 28, 32);
AT(get_cp_convert_table, substitute_char, 29, 33);
SIZE(get_cp_convert_table, 32, 40);

AT(log_message, opcode, 0, 0);
AT(log_message, opext, 2, 2);
AT(log_message, reserv2, 3, 3);
AT(log_message, primary_rc, 4, 4);
AT(log_message, secondary_rc, 8, 8);
AT(log_message, msg_num, 12, 12);
AT(log_message, origntr_id, 14, 14);
AT(log_message, msg_file_name, 22, 22);
AT(log_message, msg_act, 25, 25);
AT(log_message, msg_ins_len, 26, 26);
AT(log_message, msg_ins_ptr, 28, 32);
SIZE(log_message, 32, 40);

AT(transfer_ms_data, opcode, 0, 0);
AT(transfer_ms_data, reserv2, 3, 3);
AT(transfer_ms_data, primary_rc, 4, 4);
AT(transfer_ms_data, secondary_rc, 8, 8);
AT(transfer_ms_data, data_type, 2, 2);
AT(transfer_ms_data, options, 12, 12);
AT(transfer_ms_data, reserv3, 13, 13);
AT(transfer_ms_data, origntr_id, 14, 14);
AT(transfer_ms_data, dlen, 22, 22);
AT(transfer_ms_data, dptr, 24, 24);
SIZE(transfer_ms_data, 28, 32);

AT(define_trace, opcode, 0, 0);
AT(define_trace, opext, 2, 2);
AT(define_trace, reserv2, 3, 3);
AT(define_trace, primary_rc, 4, 4);
AT(define_trace, secondary_rc, 8, 8);
AT(define_trace, reserv3, 12, 12);
AT(define_trace, dt_set, 20, 20);
AT(define_trace, appc, 21, 21);
AT(define_trace, reserv4, 22, 22);
AT(define_trace, srpi, 23, 23);
AT(define_trace, sdlc, 24, 24);
AT(define_trace, tkn_rng_dlc, 25, 25);
AT(define_trace, pcnet_dlc, 26, 26);
AT(define_trace, dft, 27, 27);
AT(define_trace, acdi, 28, 28);
AT(define_trace, reserv5, 29, 29);
AT(define_trace, comm_serv, 29, 29);
AT(define_trace, ehllapi, 30, 30);
AT(define_trace, x25_api, 31, 31);
AT(define_trace, x25_dlc, 32, 32);
AT(define_trace, twinax, 33, 33);
AT(define_trace, reserv6, 34, 34);
AT(define_trace, lua_api, 35, 35);
AT(define_trace, etherand, 36, 36);
AT(define_trace, subsym, 37, 37);
AT(define_trace, reserv7, 38, 38);
AT(define_trace, reset_trc, 46, 46);
AT(define_trace, trunc, 48, 48);
AT(define_trace, strg_size, 50, 50);
AT(define_trace, reserv8, 52, 52);
AT(define_trace, phys_link, 53, 53);
AT(define_trace, reserv9, 61, 61);
SIZE(define_trace, 120, 120);
