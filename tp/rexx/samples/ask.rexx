#!/usr/bin/env cpicrexx
/* ask.rexx DESTINATION TEXT - sends a text and says what comes back.  Each command says where it goes. */
parse arg sym_dest_name text
call check "CMINIT", "conversation_id sym_dest_name return_code"
call check "CMALLC", "conversation_id return_code"
send_length = length(text)
call check "CMSEND", "conversation_id text send_length request_to_send_received return_code"
requested_length = 32767
do until status_received = CM_SEND_RECEIVED
  call check "CMRCV", "conversation_id buffer requested_length data_received received_length" ,
    "status_received request_to_send_received return_code"
  if data_received \= CM_NO_DATA_RECEIVED then say buffer
end
call check "CMDEAL", "conversation_id return_code"
exit 0

check:
  parse arg call, parameters
  address cpicomm call parameters
  if rc \= 0 then exit 2
  if return_code \= CM_OK then do
    say call "returned" return_code
    exit 1
  end
  return
